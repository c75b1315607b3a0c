import { addressOf } from '../api/paths.ts'

/** That one call is certified, to take away, and how to check it elsewhere: the browser keeps the answer as a file, and this page never holds it. */
export const ProofOfCall = ({ account, callSid }: { account: string; callSid: string }) => {
  const file = `${callSid}.proof.json`
  const asked = `--account ${account} --call ${callSid}`
  return (
    <details class="check">
      <summary>Prove this call</summary>
      <ol class="check-steps">
        <li>
          <p>
            Take{' '}
            <a href={addressOf('callProof', { params: { account, callSid } })} download={file}>
              the proof of this call
            </a>
            : the call as it was certified, without anything personal, the certificate of its window, the hashes that lead to the signed checkpoint, and the checkpoint. If your
            browser says that it failed, the certificate is not signed for yet: try again in two minutes.
          </p>
        </li>
        <li>
          <p>Check it on a machine of your own, with a verifier key that you have from whoever signs. It needs no network.</p>
          <pre>
            rollcall verify {file} --key VERIFIER_KEY {asked}
          </pre>
          <p>
            Or by the one file <code>verify.mjs</code>, which is in every evidence pack:
          </p>
          <pre>
            node verify.mjs {file} --key VERIFIER_KEY {asked}
          </pre>
        </li>
      </ol>
    </details>
  )
}
