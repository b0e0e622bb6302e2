/**
 * The rooms of `lib/`, from the ground up. A file imports only files of its own room and of rooms that stand above its room in
 * this list, types and dynamic imports included. `docs/architecture.md` shows the same list.
 */
export const ROOMS = [
  ['core', 'what everything stands on: environment, errors, clock, context, permissions, input, lists, keys'],
  ['audit', 'transactions, recorded events and the chain of their hashes'],
  ['access', 'step-up, throttles, tokens, operators and their roles'],
  ['mail', 'the outbox, its transport and its templates'],
  ['vendor', 'accounts, their settings and signing keys'],
  ['people', 'users, groups, sign-in, second factors, organizations, resellers'],
  ['catalog', 'products, versions, templates, features, flags, prices, offers, maintenance, tags'],
  ['licensing', 'licenses, activations, meters, trials, validation, offline files, releases'],
  ['billing', 'checkout, inbox, reconcile, orders, sweeps, the licensing client'],
  ['announce', 'webhooks, automated emails, sending domains: what the outside is told of recorded events'],
  [
    'insight',
    'overview, analytics, the audit trail as operators read it, and what reaches over every domain',
  ],
  ['web', 'route contracts, forms, sessions, the edge forwarder, headers'],
  ['ops', 'jobs, doctor, backup, key rotation, readiness, the test clock'],
] as const satisfies readonly (readonly [name: string, holds: string])[]

/** Parts beside `lib/`, and what of the project each may import: a path, or a folder that ends with a slash. */
export const PARTS = new Map<string, readonly string[]>([
  ['db', ['lib/core/env.ts', 'lib/core/process-slot.ts', 'lib/core/logging/']],
  ['app', ['lib/', 'db/']],
  ['server', ['lib/', 'db/', 'emulator/']],
  ['bin', ['lib/', 'db/', 'server/', 'sdk/']],
  ['emulator', []],
  ['sdk', []],
  ['examples', ['sdk/']],
])

/** What `lib/` may import beside itself. */
export const BELOW_LIB = ['db/'] as const

/** Imports whose target is computed, so that no check can follow them. Each says why. */
export const COMPUTED_IMPORTS = new Map([
  ['db/embedded/binaries.ts', 'the PostgreSQL binaries of this platform'],
  ['lib/mail/render.ts', 'the templates, which the build compiles to dist/mail.mjs'],
  ['server/v3-router.ts', 'every route file of app/v3, found by its path'],
  ['server/describe-routes.ts', 'every route file of app/v3, found by its path'],
])

/** The file that a door imports so that webhooks and automated mails hear of what it records, and the file that needs it. */
export const LISTENING = { needs: 'lib/audit/write-events.ts', gives: 'lib/announce/listen.ts' } as const

/**
 * State that changes while the process runs and may exist once per copy of its module (Next's bundle holds one, the native
 * server another). Each says why; all other state lives in a slot of `lib/core/process-slot.ts`.
 */
export const MODULE_STATE = new Map([
  ['lib/core/crypto/keyring.ts cache', 'keys derived from SECRET_KEY: the same in every copy'],
  ['lib/core/crypto/password.ts decoy', 'a hash that no password has: any will do'],
  ['lib/core/input/list-query.ts fieldsBySchema', 'kept by schema, and each copy has schemas of its own'],
  ['lib/core/input/list-query.ts namesBySchema', 'kept by schema, and each copy has schemas of its own'],
  ['lib/core/input/list-query.ts shorthandsBySchema', 'kept by schema, and each copy has schemas of its own'],
  ['lib/core/input/member-names.ts takenBySchema', 'kept by schema, and each copy has schemas of its own'],
  ['lib/core/input/plain-query.ts shapes', 'kept by schema, and each copy has schemas of its own'],
  [
    'lib/audit/event-listener.ts installed',
    'the listener of the copy that records: each door installs its own',
  ],
  ['lib/audit/user-key.ts sealers', 'kept by transaction, and a transaction never leaves its copy'],
  ['lib/access/passwords/password-policy.ts estimator', 'made of word lists that each copy holds anyway'],
  ['lib/mail/render.ts compiled', 'the promise of a file that Node loads once, whoever asks'],
  ['lib/vendor/signing/account-key.ts parsed', 'keys by their id, under which they never change'],
  ['lib/vendor/signing/product-signing-key.ts parsed', 'keys by their id, under which they never change'],
  [
    'lib/licensing/activations/sign-activation-token.ts parsed',
    'keys by their id, under which they never change',
  ],
  ['lib/catalog/templates/key-pattern.ts bitsOfPattern', 'results of a pure function'],
  ['lib/announce/webhooks/event-catalogue.ts described', 'results of a pure function'],
  ['lib/web/http/openapi-document.ts document', 'a file that does not change while a version runs'],
])
