/** The last line of a list that begins with a few: all of it, and back. */
import type { ReactElement } from 'react';

export interface MoreItemProps {
  /** Of the list, and how many of them are shown. */
  readonly count: number;
  readonly shown: number;
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

export function MoreItem({ count, shown, all, onAll }: MoreItemProps): ReactElement {
  return (
    <li>
      <button type="button" className="preset preset-more" aria-expanded={all} onClick={() => onAll(!all)}>
        {all ? 'Fewer' : `${count - shown} more`}
      </button>
    </li>
  );
}
