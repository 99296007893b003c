// Consent as a type. `Consented<T>` can only be made by trust.requireConsent (the room check forbids the cast
// elsewhere), so a function that learns or renders a performer cannot be called without a checked record.

declare const consented: unique symbol;

/** `T` of a performer whose consent record was read, is in force and covers this use. */
export type Consented<T> = T & { readonly [consented]: true };
