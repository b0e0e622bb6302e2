/** The file is not what was written. */
export class Damage extends Error {}
