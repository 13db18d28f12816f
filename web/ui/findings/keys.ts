/** What a key does in the list of findings. Pure. */

export interface KeyAction {
  /** Index to move the focus to. */
  readonly focus?: number;
  /** Index to open; null closes the open one. */
  readonly open?: number | null;
}

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Null: not a key of the list. `openAt` is -1 when none is open. */
export function keyAction(key: Key, current: number, count: number, openAt: number): KeyAction | null {
  if (key.ctrlKey || key.metaKey || key.altKey || count === 0) return null;
  const at = (index: number): number => Math.min(Math.max(index, 0), count - 1);
  switch (key.key) {
    case 'ArrowDown':
    case 'j':
      return { focus: at(current + 1) };
    case 'ArrowUp':
    case 'k':
      return { focus: at(current - 1) };
    case 'Home':
      return { focus: 0 };
    case 'End':
      return { focus: count - 1 };
    case 'n':
      return openAndFocus(at((openAt === -1 ? current - 1 : openAt) + 1));
    case 'p':
      return openAndFocus(at((openAt === -1 ? current + 1 : openAt) - 1));
    case 'Escape':
      return openAt === -1 ? null : { open: null };
    default:
      return null;
  }
}

function openAndFocus(index: number): KeyAction {
  return { open: index, focus: index };
}
