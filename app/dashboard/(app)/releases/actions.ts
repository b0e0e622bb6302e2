'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { createRelease } from '#lib/licensing/releases/create-release.ts'
import { createReleaseFile } from '#lib/licensing/releases/create-release-file.ts'
import { createReleaseName } from '#lib/licensing/releases/create-release-name.ts'
import { deleteRelease } from '#lib/licensing/releases/delete-release.ts'
import { deleteReleaseFile } from '#lib/licensing/releases/delete-release-file.ts'
import { deleteReleaseName } from '#lib/licensing/releases/delete-release-name.ts'
import { publishRelease } from '#lib/licensing/releases/publish-release.ts'
import { CreateReleaseFileInput } from '#lib/licensing/releases/release-file-input.ts'
import { CreateReleaseInput, UpdateReleaseInput } from '#lib/licensing/releases/release-input.ts'
import { CreateReleaseNameInput, UpdateReleaseNameInput } from '#lib/licensing/releases/release-name-dto.ts'
import { updateRelease } from '#lib/licensing/releases/update-release.ts'
import { updateReleaseName } from '#lib/licensing/releases/update-release-name.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const writing = { area: 'operator', permission: 'release:write' } as const
const backTo = (releaseId: string, done: string) => redirect(`/dashboard/releases/${releaseId}?done=${done}`)
const backToNames = (done: string) => redirect(`/dashboard/releases/names?done=${done}`)

/** A box that is not ticked sends nothing, which elsewhere means the default. */
const boxed = <S extends z.ZodType>(box: 'private' | 'secured', schema: S) =>
  z.preprocess(
    (form) => (typeof form === 'object' && form !== null ? { ...form, [box]: box in form } : form),
    schema,
  )

const { name, version, channel, productId } = CreateReleaseInput.shape

/** An emptied field is a mistake in the form, not "leave it as it is". */
const ReleaseForm = boxed(
  'private',
  UpdateReleaseInput.extend({ id: id(), name, version, channel, productId }).refine(
    (input) => input.platforms,
    { path: ['platforms'], error: 'at least one platform is needed' },
  ),
)

export const createReleaseAction = defineAction(
  { ...writing, schema: boxed('private', CreateReleaseInput) },
  async (ctx, input) => {
    const release = await createRelease(ctx, input)
    return backTo(release.id, 'created')
  },
)

export const updateReleaseAction = defineAction(
  { ...writing, schema: ReleaseForm },
  async (ctx, { id: releaseId, ...changes }) => {
    await updateRelease(ctx, releaseId, changes)
    return backTo(releaseId, 'saved')
  },
)

export const publishReleaseAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await publishRelease(ctx, input.id, {})
    return backTo(input.id, 'published')
  },
)

export const deleteReleaseAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await deleteRelease(ctx, input.id)
    redirect('/dashboard/releases?done=deleted')
  },
)

export const addFileAction = defineAction(
  { ...writing, schema: boxed('secured', CreateReleaseFileInput) },
  async (ctx, input) => {
    await createReleaseFile(ctx, input)
    return backTo(input.releaseId, 'file-added')
  },
)

export const deleteFileAction = defineAction(
  { ...writing, schema: z.object({ id: id(), releaseId: id() }) },
  async (ctx, input) => {
    await deleteReleaseFile(ctx, input.id)
    return backTo(input.releaseId, 'file-deleted')
  },
)

const kind = z.enum(['channel', 'platform'])

export const createNameAction = defineAction(
  { ...writing, schema: CreateReleaseNameInput.extend({ kind }) },
  async (ctx, { kind, ...input }) => {
    await createReleaseName(ctx, kind, input)
    return backToNames('created')
  },
)

export const renameNameAction = defineAction(
  { ...writing, schema: UpdateReleaseNameInput.pick({ displayName: true }).extend({ kind, id: id() }) },
  async (ctx, { kind, id: nameId, ...input }) => {
    await updateReleaseName(ctx, kind, nameId, input)
    return backToNames('saved')
  },
)

export const deleteNameAction = defineAction(
  { ...writing, schema: z.object({ kind, id: id() }) },
  async (ctx, input) => {
    await deleteReleaseName(ctx, input.kind, input.id)
    return backToNames('deleted')
  },
)
