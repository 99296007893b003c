// What a source file imports, read from its text, and the cycles in a graph of imports. Knows the forms that the formatter
// leaves: single quotes, a statement at the beginning of its line.

export interface Import {
  /** As written: a path from the file, a package, or `node:…`. */
  readonly wanted: string;
  /** False for types, which are erased, and for `import()`, which loads later: neither can close a cycle. */
  readonly loadsAtOnce: boolean;
}

const STATEMENT = /^(?:import|export)\s(?<type>type\s)?[^'";]*?\bfrom\s+'(?<from>[^']+)'|^import\s+'(?<bare>[^']+)'/gm;
const CALL = /\bimport\(\s*'(?<later>[^']+)'/g;

export function importsOf(text: string): Import[] {
  const statements = [...text.matchAll(STATEMENT)].map(({ groups }) => ({
    wanted: groups?.from ?? groups?.bare ?? '',
    loadsAtOnce: groups?.type === undefined,
  }));
  const calls = [...text.matchAll(CALL)].map(({ groups }) => ({ wanted: groups?.later ?? '', loadsAtOnce: false }));
  return [...statements, ...calls];
}

/**
 * One cycle for each edge that leads back while the graph is walked depth first; none exactly where the graph has none.
 *
 * @returns Each with its first node again at the end.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (node: string): void => {
    if (finished.has(node)) return;
    const begin = trail.indexOf(node);
    if (begin >= 0) {
      cycles.push([...trail.slice(begin), node]);
      return;
    }
    trail.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    trail.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}
