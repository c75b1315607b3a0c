import { hash } from 'node:crypto'
import { put } from './http-publisher.ts'
import { type CheckpointPublisher, targetFor } from './publisher.ts'
import { type S3Credentials, signS3Request } from './sign-s3-request.ts'

export interface S3Target {
  /** Such as `https://s3.ap-south-1.amazonaws.com`; the bucket is the first part of the path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** With `{size}` and a bucket under object lock nobody can take a checkpoint back. */
  readonly key: string
  readonly credentials: S3Credentials
  /** Days under object lock, in compliance mode: not even the bucket's owner deletes it before. Null asks for none. */
  readonly lockDays: number | null
}

const DAY_MS = 24 * 60 * 60 * 1_000

/** @param clock epoch milliseconds */
export const createS3Publisher = ({ endpoint, region, bucket, key, credentials, lockDays }: S3Target, clock: () => number): CheckpointPublisher => ({
  description: `s3 ${bucket}/${key} at ${endpoint}`,
  publish: async ({ note, size }, signal) => {
    const path = [bucket, ...targetFor(key, size).split('/')].map(uriEncode).join('/')
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${path}`)
    const lock = lockDays === null ? {} : { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': new Date(clock() + lockDays * DAY_MS).toISOString() }
    // S3 takes nothing under lock without a digest of what arrived.
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-md5': hash('md5', note, 'base64'), ...lock }
    await put(url.href, note, signS3Request({ method: 'PUT', url, headers, body: note, region }, credentials, clock()), signal)
  },
})

/** As S3 writes names when it checks a signature: `encodeURIComponent` leaves five more as they are. */
const uriEncode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
