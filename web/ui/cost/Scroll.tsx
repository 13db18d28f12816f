/** A table that may be wider than its card: it scrolls, also by keyboard. */
import type { ReactElement, ReactNode } from 'react';

export function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="cost-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
