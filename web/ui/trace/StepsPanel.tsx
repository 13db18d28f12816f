/** What happened: the fate, then every step that mattered in the packet's order, with everything else folded between them. */
import { type ReactElement, useEffect, useRef } from 'react';
import type { HookSteps, PassageView } from '../../worker/protocol.ts';
import { Icon } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { FateHead } from './FateHead.tsx';
import { StepLine } from './StepLine.tsx';
import { Unknowns } from './Unknowns.tsx';
import type { Play } from './use-play.ts';
import { lookAtStep, numberedSteps, type TraceShown } from './use-trace.ts';

export interface StepsPanelProps {
  readonly trace: TraceShown;
  readonly play: Play;
}

export function StepsPanel({ trace, play }: StepsPanelProps): ReactElement {
  const { passage } = trace;
  return (
    <section className="panel steps-panel" aria-label="Steps" aria-busy={trace.status === 'waiting'}>
      {passage ? (
        <>
          <FateHead trace={trace} passage={passage} />
          <StepsTools passage={passage} play={play} />
          <StepsList passage={passage} play={play} />
        </>
      ) : (
        <NoSteps trace={trace} />
      )}
    </section>
  );
}

function NoSteps({ trace }: { readonly trace: TraceShown }): ReactElement {
  const problem = trace.answer?.problems.find(({ severity }) => severity === 'error');
  const words =
    trace.error !== null
      ? `This could not be traced: ${trace.error}`
      : problem
        ? problem.message
        : trace.status === 'waiting'
          ? 'Tracing…'
          : 'Choose a packet, or describe one, and trace it.';
  return (
    <p className="steps-empty" role="status">
      {words}
    </p>
  );
}

function StepsTools({ passage, play }: { readonly passage: PassageView; readonly play: Play }): ReactElement {
  const step = useStore((state) => state.trace.step);
  const steps = numberedSteps(passage);
  const go = (number: number | null): void => lookAtStep(passage, number);
  const at = steps.findIndex(({ number }) => number === step);
  return (
    <div className="steps-tools">
      <button
        type="button"
        className="button"
        onClick={play.playing ? play.stop : play.start}
        disabled={steps.length === 0}
      >
        {play.playing ? 'Stop' : 'Play'}
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label="Step before"
        disabled={at <= 0}
        onClick={() => go(steps[at - 1]?.number ?? null)}
      >
        <Icon name="chevron-left" />
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label="Next step"
        disabled={at >= steps.length - 1}
        onClick={() => go(steps[at + 1]?.number ?? null)}
      >
        <Icon name="chevron-right" />
      </button>
      <span className="quiet steps-hint">
        {at < 0 ? `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}` : `step ${at + 1} of ${steps.length}`}
      </span>
    </div>
  );
}

/** Arrow keys walk the steps, Home and End go to the first and last, Space plays, Escape looks at none. */
function StepsList({ passage, play }: { readonly passage: PassageView; readonly play: Play }): ReactElement {
  const list = useRef<HTMLElement>(null);
  const step = useStore((state) => state.trace.step);
  const steps = numberedSteps(passage);
  const current = play.progress ?? step;
  useEffect(() => {
    if (current === null) return;
    list.current?.querySelector(`[data-number="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const move = (to: number): void => {
    const next = steps[Math.max(0, Math.min(steps.length - 1, to))];
    if (!next) return;
    lookAtStep(passage, next.number);
    list.current?.querySelector<HTMLElement>(`[data-number="${next.number}"] .step-main`)?.focus();
  };
  return (
    <section
      ref={list}
      aria-label="Steps of the packet"
      className="steps-body"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const at = steps.findIndex(({ number }) => number === step);
        if (event.key === 'ArrowDown' || event.key === 'ArrowRight') move(at + 1);
        else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') move(at < 0 ? steps.length - 1 : at - 1);
        else if (event.key === 'Home') move(0);
        else if (event.key === 'End') move(steps.length - 1);
        else if (event.key === ' ' && event.target instanceof Element && event.target.closest('.step-main'))
          play.start();
        else if (event.key === 'Escape') store.getState().setTrace({ step: null });
        else return;
        event.preventDefault();
      }}
    >
      <Unknowns passage={passage} />
      {passage.hooks.map((hook) => (
        <HookPart
          key={`${hook.stack} ${hook.hook} ${hook.entries[0]?.kind}`}
          hook={hook}
          passage={passage}
          current={current}
        />
      ))}
      <Assumptions passage={passage} />
    </section>
  );
}

function HookPart({
  hook,
  passage,
  current,
}: {
  readonly hook: HookSteps;
  readonly passage: PassageView;
  readonly current: number | null;
}): ReactElement {
  const before = numberedSteps(passage)[0]?.number ?? null;
  return (
    <section className="steps-hook" aria-label={hook.hook}>
      <h4>
        {hook.hook}
        {hook.stack === null ? null : <span className="quiet"> {hook.stack}</span>}
      </h4>
      <ol>
        {hook.entries.map((entry, at) => (
          <StepLine
            key={entry.kind === 'folded' ? `fold ${at}` : entry.number}
            entry={entry}
            passage={passage}
            current={entry.kind !== 'folded' && entry.number === current}
            tabStop={entry.kind !== 'folded' && (current === null ? entry.number === before : entry.number === current)}
          />
        ))}
      </ol>
    </section>
  );
}

function Assumptions({ passage }: { readonly passage: PassageView }): ReactElement | null {
  const all = [...passage.assumptions, ...passage.notes];
  if (all.length === 0) return null;
  return (
    <div className="steps-assumptions">
      <h4>Taken for granted</h4>
      <ul>
        {passage.assumptions.length > 0 ? <li>Routing is not in the dump; name “out” to settle it.</li> : null}
        {all.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
