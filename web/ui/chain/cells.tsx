/**
 * Rows and cells with the roles of a table. Of a virtual list most rows are not in the document and the others are positioned, which table
 * elements cannot be.
 */
import type { HTMLAttributes, ReactElement } from 'react';

export interface RowProps extends HTMLAttributes<HTMLDivElement> {
  /** From 1; the header is 1. */
  readonly rowIndex: number;
}

export function Row({ rowIndex, ...rest }: RowProps): ReactElement {
  // biome-ignore lint/a11y/useSemanticElements: see above
  // biome-ignore lint/a11y/useFocusableInteractive: the rows of a table are not interactive; the table has the focus
  return <div role="row" aria-rowindex={rowIndex} {...rest} />;
}

export function Cell(props: HTMLAttributes<HTMLSpanElement>): ReactElement {
  // biome-ignore lint/a11y/useSemanticElements: see above
  return <span role="cell" {...props} />;
}
