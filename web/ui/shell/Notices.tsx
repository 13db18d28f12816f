/** What happened, in words, with a way back where there is one. Errors of the input are not here: they stand at their line. */
import { type ReactElement, useEffect } from 'react';
import type { Notice } from '../../state/store.ts';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';

/** Milliseconds that a notice without alarm stays. */
const STAY = 10_000;

export function Notices(): ReactElement {
  const notices = useStore((state) => state.notices);
  return (
    <section className="notices" aria-label="Notices" aria-live="polite">
      {notices.slice(-4).map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function NoticeLine({ notice }: { readonly notice: Notice }): ReactElement {
  const dismiss = useStore((state) => state.dismiss);
  const { id, severity, text, action, fraction } = notice;
  const isWork = fraction !== undefined;

  useEffect(() => {
    if (severity !== 'info' || isWork) return;
    const timer = setTimeout(() => dismiss(id), STAY);
    return () => clearTimeout(timer);
  }, [id, severity, isWork, dismiss]);

  return (
    <div className="notice" data-severity={severity}>
      <p>
        {severity === 'info' ? null : (
          <strong className={`${severity}-text`}>{severity === 'error' ? 'Error. ' : 'Note. '}</strong>
        )}
        {text}
        {/* Said once, not at each step. */}
        {isWork ? <span className="num" aria-live="off">{` ${Math.floor(fraction * 100)} %`}</span> : null}
      </p>
      {action ? (
        <button
          type="button"
          className="button"
          onClick={() => {
            action.run();
            dismiss(id);
          }}
        >
          {action.label}
        </button>
      ) : null}
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label="Dismiss"
        title="Dismiss"
        onClick={() => dismiss(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
