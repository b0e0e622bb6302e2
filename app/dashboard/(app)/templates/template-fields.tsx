import { CheckboxField, Field, Select, TextArea } from '#app/_ui/field.tsx'
import { Disclosure } from '#app/dashboard/_ui/disclosure.tsx'
import type { TemplateDto } from '#lib/catalog/templates/template-dto.ts'

type Values = Omit<
  TemplateDto,
  | 'id'
  | 'createdAt'
  | 'updatedAt'
  | 'entitlementSetId'
  | 'maintenancePolicyId'
  | 'validity'
  | 'expirationStrategy'
  | 'allowedIpRange'
>

/** What a new template starts with: a perpetual license for one device. */
export const NEW_TEMPLATE: Values = {
  name: '',
  keyPattern: '^([A-F0-9]{6}-){5}[A-F0-9]{6}$',
  type: 'node-locked',
  fingerprintMatchingStrategy: 'exact',
  allowedActivations: 1,
  allowedDeactivations: -1,
  allowedFloatingClients: 0,
  subscriptionInterval: null,
  subscriptionStartTrigger: 'creation',
  leaseDuration: -1,
  leasingStrategy: 'per-machine',
  allowClientLeaseDuration: false,
  serverSyncInterval: 86_400,
  serverSyncGracePeriod: 1_209_600,
  allowedClockOffset: 3_600,
  disableClockValidation: false,
  expiringSoonEventOffset: 1_209_600,
  expiryGracePeriod: 0,
  allowVmActivation: true,
  allowContainerActivation: true,
  userLocked: false,
  requireAuthentication: false,
  disableGeoLocation: false,
  allowedIpRanges: [],
  allowedIpAddresses: [],
  disallowedIpAddresses: [],
  allowedCountries: [],
  disallowedCountries: [],
  heartbeatWindow: 0,
  deviceSwapCooldown: 0,
  deviceSwapsPerYear: -1,
  requiredMetadataKeys: [],
  requiredMeterAttributes: [],
}

const options = (...values: string[]) => values.map((value) => ({ value, label: value }))

/** The fields of a license template, what matters most first. */
export function TemplateFields({ template }: { template: Values }) {
  return (
    <>
      <Field name="name" label="Name" defaultValue={template.name} required maxLength={256} />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          name="allowedActivations"
          label="Devices allowed"
          value={template.allowedActivations}
          hint="0 or -1: unlimited."
        />
        <NumberField
          name="allowedDeactivations"
          label="Deactivations allowed"
          value={template.allowedDeactivations}
          hint="-1: unlimited."
        />
        <Field
          name="subscriptionInterval"
          label="Interval"
          defaultValue={template.subscriptionInterval ?? ''}
          hint="P1M: a month, P1Y: a year, P14D: 14 days. Empty: perpetual."
        />
        <Select
          name="subscriptionStartTrigger"
          label="The interval begins with"
          defaultValue={template.subscriptionStartTrigger}
          options={[
            { value: 'creation', label: 'the creation of the license' },
            { value: 'activation', label: 'the first activation' },
          ]}
        />
      </div>
      <Disclosure summary="Offline use and time">
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            name="serverSyncInterval"
            label="Sync every (seconds)"
            value={template.serverSyncInterval}
            hint="86400 is a day."
          />
          <NumberField
            name="serverSyncGracePeriod"
            label="Runs without a sync for (seconds)"
            value={template.serverSyncGracePeriod}
            hint="1209600 is 14 days; -1: for ever."
          />
          <NumberField
            name="expiryGracePeriod"
            label="Grace after expiry (seconds)"
            value={template.expiryGracePeriod}
            hint="The license is still valid that long."
          />
          <NumberField
            name="expiringSoonEventOffset"
            label="Counts as expiring soon (seconds before)"
            value={template.expiringSoonEventOffset}
          />
          <NumberField
            name="allowedClockOffset"
            label="Clock difference allowed (seconds)"
            value={template.allowedClockOffset}
            hint="At least 60; -1: any."
          />
          <CheckboxField
            name="disableClockValidation"
            label="Do not check the device’s clock"
            defaultChecked={template.disableClockValidation}
          />
        </div>
      </Disclosure>
      <Disclosure summary="Devices">
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            name="fingerprintMatchingStrategy"
            label="Fingerprints match"
            defaultValue={template.fingerprintMatchingStrategy}
            options={options('exact', 'fuzzy', 'loose')}
          />
          <CheckboxField
            name="allowVmActivation"
            label="Virtual machines may activate"
            defaultChecked={template.allowVmActivation}
          />
          <CheckboxField
            name="allowContainerActivation"
            label="Containers may activate"
            defaultChecked={template.allowContainerActivation}
          />
          <CheckboxField
            name="userLocked"
            label="Each user of a device counts"
            defaultChecked={template.userLocked}
          />
          <CheckboxField
            name="requireAuthentication"
            label="Only the signed-in owner may activate"
            defaultChecked={template.requireAuthentication}
          />
          <NumberField
            name="heartbeatWindow"
            label="Free a device after silence of (seconds)"
            value={template.heartbeatWindow}
            hint="0: never."
          />
          <NumberField
            name="deviceSwapCooldown"
            label="Between two swaps of a device (seconds)"
            value={template.deviceSwapCooldown}
            hint="0: no wait."
          />
          <NumberField
            name="deviceSwapsPerYear"
            label="Swaps in 365 days"
            value={template.deviceSwapsPerYear}
            hint="-1: any number."
          />
        </div>
      </Disclosure>
      <Disclosure summary="Floating licenses">
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            name="type"
            label="Type"
            defaultValue={template.type}
            options={options('node-locked', 'hosted-floating', 'on-premise-floating')}
          />
          <NumberField
            name="allowedFloatingClients"
            label="Floating clients allowed"
            value={template.allowedFloatingClients}
          />
          <NumberField
            name="leaseDuration"
            label="Lease (seconds)"
            value={template.leaseDuration}
            hint="0 or -1: unlimited."
          />
          <Select
            name="leasingStrategy"
            label="Leases are"
            defaultValue={template.leasingStrategy}
            options={options('per-machine', 'per-instance')}
          />
          <CheckboxField
            name="allowClientLeaseDuration"
            label="Applications may ask for another lease"
            defaultChecked={template.allowClientLeaseDuration}
          />
        </div>
      </Disclosure>
      <Disclosure summary="Keys, places and what is required">
        <div className="space-y-4">
          <Field
            name="keyPattern"
            label="Key pattern"
            defaultValue={template.keyPattern}
            hint="New keys are generated to match this regular expression."
          />
          <Lines
            name="requiredMetadataKeys"
            label="Metadata that each license must be given"
            values={template.requiredMetadataKeys}
            hint="One key a line. Purchases do not need it."
          />
          <Lines
            name="requiredMeterAttributes"
            label="Meter attributes that each license must be given"
            values={template.requiredMeterAttributes}
            hint="One name a line. Purchases do not need it."
          />
          <Lines name="allowedCountries" label="Allowed countries" values={template.allowedCountries} />
          <Lines
            name="disallowedCountries"
            label="Disallowed countries"
            values={template.disallowedCountries}
          />
          <Lines name="allowedIpRanges" label="Allowed address ranges" values={template.allowedIpRanges} />
          <Lines name="allowedIpAddresses" label="Allowed addresses" values={template.allowedIpAddresses} />
          <Lines
            name="disallowedIpAddresses"
            label="Disallowed addresses"
            values={template.disallowedIpAddresses}
          />
          <CheckboxField
            name="disableGeoLocation"
            label="Do not look up where a device is"
            defaultChecked={template.disableGeoLocation}
          />
        </div>
      </Disclosure>
    </>
  )
}

function NumberField({
  name,
  label,
  value,
  hint,
}: {
  name: string
  label: string
  value: number
  hint?: string
}) {
  return <Field name={name} label={label} type="number" defaultValue={String(value)} hint={hint} />
}

function Lines({
  name,
  label,
  values,
  hint = 'One a line; empty: no rule.',
}: {
  name: string
  label: string
  values: readonly string[]
  hint?: string
}) {
  return <TextArea name={name} label={label} defaultValue={values.join('\n')} rows={2} hint={hint} />
}
