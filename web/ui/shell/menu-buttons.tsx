/**
 * The buttons of the menus and dialogs in the bars. They stand there from the start; what they open comes after the first map (parts.ts), and opens
 * at once where it was asked for before.
 */
import type { ComponentProps, ReactElement } from 'react';
import type { DocumentOverview, DocumentText } from '../../worker/protocol.ts';
import { Icon } from '../theme/marks.tsx';
import { plural } from './words.ts';

type ButtonProps = ComponentProps<'button'>;

export function AddButton({ label, ...rest }: ButtonProps & { readonly label: string }): ReactElement {
  return (
    <button type="button" className="button button-quiet add-dump" {...rest}>
      <Icon name="plus" size={12} />
      <span>{label}</span>
    </button>
  );
}

export function ShareButton(props: ButtonProps): ReactElement {
  return (
    <button type="button" className="button button-primary share-button" {...props}>
      Share
    </button>
  );
}

export function ExportButton(props: ButtonProps): ReactElement {
  return (
    <button type="button" className="button" {...props}>
      Export
    </button>
  );
}

export interface DiagnosticsProps {
  readonly document: DocumentText;
  readonly overview: DocumentOverview;
}

/** Their number, and the gravest kind of them. */
export function DiagnosticsButton({
  document,
  overview,
  ...rest
}: ButtonProps & DiagnosticsProps): ReactElement | null {
  const errors = overview.diagnostics.filter((one) => one.severity === 'error').length;
  const warnings = overview.diagnostics.filter((one) => one.severity === 'warning').length;
  const all = overview.diagnostics.length + overview.more;
  if (all === 0) return null;
  const severity = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'info';
  const shown = errors > 0 ? errors : warnings > 0 ? warnings : all;
  const words = { error: 'error', warning: 'warning', info: 'note' }[severity];
  const label = `${plural(shown, words)} in ${document.name}`;
  return (
    <button type="button" className="tab-badge" data-severity={severity} aria-label={label} title={label} {...rest}>
      {plural(shown, words)}
    </button>
  );
}

export function WhatIfButton(props: ButtonProps): ReactElement {
  return (
    <button type="button" className="button whatif-open" {...props}>
      What if…
      <Icon name="chevron-down" size={12} />
    </button>
  );
}
