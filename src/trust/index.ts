// Consent: what a record says, and the one gate through which a performer's material becomes usable.

export * from './consent-record.ts';
export * from './require-consent.ts';
export * from './self-declared.ts';
export * from './statement.ts';
