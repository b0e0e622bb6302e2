import type { Permission } from '#lib/core/permissions.ts'

/** The dashboard's side navigation: what an operator may not see is not offered. */
export const NAVIGATION: readonly { href: string; label: string; permission: Permission }[] = [
  { href: '/dashboard', label: 'Overview', permission: 'public' },
  { href: '/dashboard/users', label: 'Users', permission: 'user:read' },
  { href: '/dashboard/licenses', label: 'Licenses', permission: 'license:read' },
  { href: '/dashboard/orders', label: 'Orders', permission: 'order:read' },
  { href: '/dashboard/products', label: 'Products', permission: 'product:read' },
  { href: '/dashboard/releases', label: 'Releases', permission: 'release:read' },
  { href: '/dashboard/templates', label: 'License templates', permission: 'licenseTemplate:read' },
  { href: '/dashboard/tokens', label: 'Access tokens', permission: 'personalAccessToken:write' },
  { href: '/dashboard/webhooks', label: 'Webhooks', permission: 'webhook:read' },
  { href: '/dashboard/mailbox', label: 'Mailbox', permission: 'mail:read' },
  { href: '/dashboard/events', label: 'Event log', permission: 'eventLog:read' },
]
