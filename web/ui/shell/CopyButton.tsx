/** Copies a text and says so; where the browser refuses, it calls back so that the text can be selected instead. */
import { type ReactElement, useEffect, useState } from 'react';
import { Icon } from '../theme/marks.tsx';

export interface CopyButtonProps {
  readonly text: string;
  /** Accessible name: `Copy the command`. */
  readonly label: string;
  /** Written beside the icon; without it the icon stands alone. */
  readonly words?: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly onCopied?: () => void;
  readonly onRefused?: () => void;
}

/** Milliseconds. */
const CONFIRM = 2_000;

export function CopyButton(props: CopyButtonProps): ReactElement {
  const { text, label, words, primary, disabled, onCopied, onRefused } = props;
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');

  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), CONFIRM);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
      onCopied?.();
    } catch {
      setState('refused');
      onRefused?.();
    }
  };

  const said = state === 'copied' ? 'Copied' : state === 'refused' ? 'Press Ctrl+C to copy' : '';
  return (
    <>
      <button
        type="button"
        className={`button${primary ? ' button-primary' : ''}${words ? '' : ' button-icon'}`}
        aria-label={label}
        title={label}
        disabled={disabled}
        onClick={() => void copy()}
      >
        <Icon name={state === 'copied' ? 'check' : 'copy'} />
        {words ? <span>{state === 'copied' ? 'Copied' : words}</span> : null}
      </button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
