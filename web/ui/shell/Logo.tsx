/** The mark: a rail, a rule that leaves it, a station; as in public/favicon.svg. */
import type { ReactElement } from 'react';

export function Logo(): ReactElement {
  return (
    <svg className="logo" width="19" height="19" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path className="logo-lines" d="M1 4.4H19M1 10H19M1 15.6H19" />
      <path className="logo-ink" d="M5 .8V19.2M5 10H11" />
      <circle className="logo-ink logo-hole" cx="14" cy="10" r="3.3" />
    </svg>
  );
}
