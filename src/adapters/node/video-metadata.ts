// Which of a file's tags go on into the file made from it: what people and cameras wrote, not what a container writes
// about itself.

/** Said anew by whatever container the clip goes into. */
const OF_THE_CONTAINER: ReadonlySet<string> = new Set([
  'major_brand',
  'minor_version',
  'compatible_brands',
  'encoder',
  'handler_name',
  'vendor_id',
  'language',
  'duration',
  'timecode',
  'dorian_re_aged',
]);

/** Identifiers that MXF gives to the file itself: another file must not carry them. */
const OF_MXF = /(?:_ul|uid|_umid)$|^(?:product|toolkit|company|application)_/;

export function cleanMetadata(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => !OF_THE_CONTAINER.has(key.toLowerCase()) && !OF_MXF.test(key)),
  );
}
