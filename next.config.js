/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Clients of the Web API never follow a redirect: a trailing slash is answered, not corrected.
  skipTrailingSlashRedirect: true,
  // Types are checked by `npm run verify`; the compiler in use has no API that the build could call.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    '@node-rs/argon2',
    // Looks for optional packages by require, which a bundler would insist on.
    '@redis/client',
    'graphile-worker',
    'pino',
    'postgres',
    'prom-client',
    // Imports drizzle by a computed name, which no bundler can follow.
    'rate-limiter-flexible',
    'stripe',
  ],
  experimental: { serverActions: { bodySizeLimit: '256kb' }, authInterrupts: true },
}
