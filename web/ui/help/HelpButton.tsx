/** The button of the help sheet and its key, which are there before the sheet is. */
import { type ComponentProps, type ReactElement, useEffect } from 'react';
import './help.css';

export function HelpButton(props: ComponentProps<'button'>): ReactElement {
  return (
    <button type="button" className="help-button" title="Keys and gestures (?)" {...props}>
      <span className="help-word">Keys</span> <kbd>?</kbd>
    </button>
  );
}

/** In place of the sheet: asks for it. */
export function HelpAsked({ onAsk }: { readonly onAsk: () => void }): ReactElement {
  useQuestionMark(onAsk);
  return <HelpButton aria-haspopup="dialog" onClick={onAsk} />;
}

/** `?` wherever nothing is typed. */
export function useQuestionMark(show: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it only ever opens the sheet
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyped(event.target)) return;
      event.preventDefault();
      show();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable], .monaco-editor') !== null
  );
}
