import type { SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { activations, licenses } from '#db/schema/licenses.ts'
import { trialActivations } from '#db/schema/trials.ts'
import type { ListFields } from '#lib/core/list/filter.ts'
import { holdsSeat } from '#lib/licensing/activations/holds-seat.ts'

/** Something that is counted: whose rows, and which of them count at that moment. */
export interface Subject {
  table: typeof activations | typeof licenses | typeof trialActivations
  columns: { accountId: AnyPgColumn; createdAt: AnyPgColumn }
  fields: ListFields
  counts?: (at: Date) => SQL | undefined
}

const common = (table: typeof activations | typeof licenses | typeof trialActivations) =>
  ({
    productId: { kind: 'id', column: table.productId },
    createdAt: { kind: 'date', column: table.createdAt },
  }) as const satisfies ListFields

const device = (table: typeof activations | typeof trialActivations) =>
  ({
    ...common(table),
    os: { kind: 'text', column: table.os },
    osVersion: { kind: 'text', column: table.osVersion },
    appVersion: { kind: 'text', column: table.appVersion },
    countryCode: { kind: 'text', column: table.countryCode },
  }) as const satisfies ListFields

/** Devices that hold a license now. */
export const ACTIVATIONS = {
  table: activations,
  columns: activations,
  fields: { ...device(activations), licenseId: { kind: 'id', column: activations.licenseId } },
  counts: holdsSeat,
} as const satisfies Subject

export const TRIALS = {
  table: trialActivations,
  columns: trialActivations,
  fields: device(trialActivations),
} as const satisfies Subject

export const LICENSES = {
  table: licenses,
  columns: licenses,
  fields: { ...common(licenses), type: { kind: 'choice', column: licenses.type } },
} as const satisfies Subject

/** The parameters of every analysis besides its filters. */
export const RANGE = { from: 'createdAt[gte]', to: 'createdAt[lte]' }
