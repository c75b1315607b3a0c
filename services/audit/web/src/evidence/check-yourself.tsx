import { packName } from './pack-name.ts'

/**
 * How an auditor takes evidence away and checks it without this page and without us: the exact commands for what is shown.
 * @param keys that signed the newest checkpoint, as `name+id`; what a verifier key begins with
 */
export const CheckYourself = ({
  account,
  span: { from, to },
  keys = [],
  open = false,
}: {
  account: string
  span: { from: string; to: string }
  keys?: readonly string[]
  open?: boolean
}) => {
  const pack = packName(account, { from, to })
  const asked = `--account ${account} --from ${from} --to ${to}`
  return (
    <details class="check" open={open}>
      <summary>Check this yourself</summary>
      <ol class="check-steps">
        <li>
          <p>
            Take the evidence: the calls without anything personal, the certificates of their windows, the proofs, the signed checkpoint, and a verifier that needs nothing but
            Node.js. Where your token allows it, the evidence pack of Download above is the same file.
          </p>
          <pre>
            rollcall export {asked} --out {pack} --by &quot;YOUR NAME&quot;
          </pre>
        </li>
        <li>
          <p>
            Get the verifier key from whoever signs, by another way than this page or the pack: from a letter, or from where it is published.{' '}
            {keys.length > 0 && (
              <>
                It begins with <span class="mono">{keys.join(' or ')}</span>.
              </>
            )}
          </p>
        </li>
        <li>
          <p>Check the pack on a machine of your own. It needs no network. Each claim is answered PASS or FAIL, and the exit code is 0 when all pass.</p>
          <pre>
            rollcall verify {pack} --key VERIFIER_KEY {asked}
          </pre>
          <p>Or without Rollcall, by the one file in the pack (one that you have from elsewhere is better still):</p>
          <pre>
            unzip {pack} verify.mjs{'\n'}node verify.mjs {pack} --key VERIFIER_KEY {asked}
          </pre>
        </li>
        <li>
          <p>
            With a checkpoint that you saved before, add <code>--saved checkpoint.txt</code> to both commands: then it is checked as well that the log has only grown since.
          </p>
        </li>
      </ol>
      <p class="quiet">It proves that what is held equals what Exotel listed, and was not changed since. It cannot prove that Exotel listed every call.</p>
    </details>
  )
}
