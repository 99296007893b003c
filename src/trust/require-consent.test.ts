import { describe, expect, it } from 'vitest';
import { formatFile, isCodedError, parseFile } from '../core/index.ts';
import type { ConsentRecord, ConsentUse } from './index.ts';
import { CONSENT_RECORD, limitsToKeep, requireConsent, selfDeclaredRecord } from './index.ts';

const HASH = 'a'.repeat(64);

const signed: ConsentRecord = {
  id: 'c-1',
  kind: 'signed',
  performer: 'Ada Actor',
  character: 'Edda',
  signatory: { name: 'Ada Actor', role: 'self' },
  production: 'The Long Summer',
  unionContract: 'SAG-AFTRA TV/Theatrical 2026',
  category: 'digital-alteration',
  use: 'Edda at 25 in the flashbacks.',
  ages: [22, 60],
  era: '1984',
  scenes: ['12', '14A'],
  shots: null,
  territory: 'world',
  media: ['cinema', 'streaming'],
  term: { from: '2026-01-10', to: '2026-12-31' },
  script: { id: 'TLS-4', date: '2025-11-02', sha256: HASH },
  compensation: 'agreement 17, clause 4',
  notice: { given: '2026-01-05', hours: 120 },
  signedFile: { name: 'rider.pdf', sha256: HASH },
  revocation: null,
  minors: false,
  businessReason: 'One performer across four decades.',
  trainingOnFootage: true,
  thirdPartySharing: false,
  inputSha256: null,
  recordedOn: '2026-01-06',
};

const render: ConsentUse = {
  kind: 'render',
  performer: 'Ada Actor',
  targetAges: [25],
  production: 'The Long Summer',
  on: '2026-06-01',
};

function codeOf(record: ConsentRecord | null, use: ConsentUse): string {
  try {
    requireConsent({}, record, use);
    return 'allowed';
  } catch (error) {
    if (!isCodedError(error) || error.retry) throw error;
    return error.code;
  }
}

describe('requireConsent', () => {
  it('hands back the very subject when the record covers the use', () => {
    const faceset = { photos: 3 };
    expect(requireConsent(faceset, signed, render)).toBe(faceset);
    expect(codeOf(signed, { ...render, kind: 'learn' })).toBe('allowed');
    expect(codeOf(signed, { ...render, kind: 'ingest', targetAges: undefined })).toBe('allowed');
  });

  const self = selfDeclaredRecord({
    performer: 'Ada Actor',
    declaredBy: 'Ada Actor',
    role: 'self',
    inputSha256: HASH,
    on: '2026-06-01',
  });
  const revocation = { on: '2026-05-01', by: 'Ada Actor', reason: 'the part was recast' };
  const scope = 'trust/consent-out-of-scope';

  it.each<[string, string, ConsentRecord | null, Partial<ConsentUse>]>([
    ['trust/consent-missing', 'no record', null, {}],
    ['trust/consent-not-yet', 'the day before the term', signed, { on: '2026-01-09' }],
    ['allowed', 'the first day of the term', signed, { on: '2026-01-10' }],
    ['allowed', 'the last day of the term', signed, { on: '2026-12-31' }],
    ['trust/consent-expired', 'the day after the term', signed, { on: '2027-01-01' }],
    ['allowed', 'a term without an end', { ...signed, term: { from: '2026-01-10', to: null } }, { on: '2090-01-01' }],
    ['trust/consent-revoked', 'a revoked record', { ...signed, revocation }, {}],
    ['trust/under-age', 'a target age under 18', { ...signed, ages: [10, 60] }, { targetAges: [17.9] }],
    ['trust/under-age', 'a target age under 18 without a record', null, { targetAges: [12] }],
    ['trust/under-age', 'one keyframe of many under 18', signed, { targetAges: [25, 16, 30] }],
    [scope, 'an age below the record', signed, { targetAges: [21.5] }],
    ['allowed', 'both ends of the ages', signed, { targetAges: [22, 60] }],
    [scope, 'one keyframe above the record', signed, { targetAges: [25, 61] }],
    [scope, 'another production', signed, { production: 'Another Film' }],
    [scope, 'work outside any production', signed, { production: undefined }],
    ['allowed', 'the title in other letters', signed, { production: ' the long  SUMMER' }],
    [scope, 'another performer', signed, { performer: 'Bo Other' }],
    [scope, 'a scene that is not named', signed, { scene: '13' }],
    ['allowed', 'a scene that is named', signed, { scene: '14a' }],
    [scope, 'learning without leave to learn', { ...signed, trainingOnFootage: false }, { kind: 'learn' }],
    ['allowed', 'a self-declared record for its file', self, { inputSha256: HASH }],
    [scope, 'a self-declared record for another file', self, { inputSha256: 'b'.repeat(64) }],
    [scope, 'a self-declared record without a file', self, {}],
    [scope, 'a library from a self-declared record', self, { kind: 'ingest', inputSha256: HASH }],
    ['trust/consent-expired', 'a self-declared record after 90 days', self, { inputSha256: HASH, on: '2026-08-31' }],
  ])('%s: %s', (code, _what, record, change) => {
    expect(codeOf(record, { ...render, ...change })).toBe(code);
  });

  it('throws at a caller that gives nonsense', () => {
    expect(() => requireConsent({}, signed, { ...render, on: 'today' })).toThrow(RangeError);
    expect(() => requireConsent({}, signed, { ...render, targetAges: [Number.NaN] })).toThrow(RangeError);
    expect(() => requireConsent({}, signed, { ...render, targetAges: [] })).toThrow(RangeError);
  });

  it('names the limits that only people can keep', () => {
    const limits = limitsToKeep({ ...signed, notice: { given: '2026-01-05', hours: 24 } });
    expect(limits.join(' ')).toMatch(/Scenes: 12, 14A.*Territory.*cinema.*1984.*third parties.*24 hours/);
  });
});

describe('the consent file', () => {
  it('comes back as it was written', () => {
    expect(parseFile(CONSENT_RECORD, formatFile(CONSENT_RECORD, signed), 'consent.json')).toEqual(signed);
  });

  it.each<[string, object]>([
    ['an unknown field, which may be a limit spelled wrong', { teritory: 'DE' }],
    ['ages the wrong way round', { ages: [60, 20] }],
    ['a term that ends before it begins', { term: { from: '2026-01-10', to: '2025-01-01' } }],
    ['a day that is none', { recordedOn: '2026-02-30' }],
    ['a signed record without its document', { signedFile: null }],
    ['a signed record without a production', { production: null }],
    ['a self-declared record for no file', { kind: 'self-declared', trainingOnFootage: false }],
    ['an empty list of scenes', { scenes: [] }],
  ])('is refused with %s', (_what, change) => {
    const text = formatFile(CONSENT_RECORD, { ...signed, ...change });
    expect(() => parseFile(CONSENT_RECORD, text, 'consent.json')).toThrow(
      expect.objectContaining({ code: 'file/invalid' }),
    );
  });
});
