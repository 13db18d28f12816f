/** The button of "How do you know?", which is there before the sheet is. */
import type { ComponentProps, ReactElement } from 'react';
import './trust.css';

export function TrustButton(props: ComponentProps<'button'>): ReactElement {
  return (
    <button type="button" className="help-button" {...props}>
      How do you know?
    </button>
  );
}
