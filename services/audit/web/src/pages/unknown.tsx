/** An address that names nothing. */
export const Unknown = () => (
  <div class="blank">
    <div class="blank-mark mark-empty" aria-hidden="true" />
    <h1>There is no such page</h1>
    <p>The link may be old, or mistyped.</p>
    <p class="actions">
      <a href="#/">All accounts</a>
    </p>
  </div>
)
