/** How an auditor takes a day away as evidence: the command whose pack verifies without us. */
export const TakeAway = ({ account, day }: { account: string; day: string }) => (
  <details class="take-away">
    <summary>Take it away as evidence</summary>
    <p>
      This writes its calls, the certificates of its windows, the proofs, the signed checkpoint, and a verifier that needs nothing else; <code>--format csv</code>,{' '}
      <code>jsonl</code> or <code>parquet</code> writes a table.
    </p>
    <pre>
      rollcall export --account {account} --from {day} --out {account}-{day}.zip
    </pre>
  </details>
)
