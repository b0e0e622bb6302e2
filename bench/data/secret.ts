/** The benchmark's databases are made, measured and thrown away with this; nothing else is ever sealed under it. */
export const SECRET_KEY = 'benchmark-only-secret-that-guards-nothing-at-all'
