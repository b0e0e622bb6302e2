/** Compiles the mail templates to `dist/mail.mjs`. */
export function buildMail(): Promise<void>
