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
