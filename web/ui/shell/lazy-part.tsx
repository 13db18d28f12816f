/**
 * Parts of the page whose code comes later. Unlike React's own, they are drawn at once where the code is there already, and a code that cannot be
 * loaded (the connection broke, the page was published anew) is said where the part would stand, with a way to try again.
 */
import { type ComponentType, type ReactElement, useEffect, useState } from 'react';

export interface LazyPart<P extends object> {
  (props: P): ReactElement | null;
  /** Fetches the code; the part is then drawn at once. Never rejects: what fails is tried again, and told, when the part is shown. */
  readonly preload: () => Promise<void>;
}

/** What stands in a part's place until its code is there. */
export type Meanwhile<P> = (props: P, want: () => void) => ReactElement;

/** What a part with a `Meanwhile` is told: the user has asked for it while it was not there. */
export interface Wanted {
  readonly wanted?: boolean;
}

type Loaded<P> = { readonly part: ComponentType<P> | null; readonly error: string | null };

/**
 * @param load gives the component; called again only after it failed.
 * @param meanwhile default: nothing, and the code is fetched as soon as the part is shown. Calls `want` when the user asks for the part, whose code is
 *   fetched then, if it is not there already; it is told `wanted`.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P & Wanted>>,
  meanwhile?: Meanwhile<P>,
): LazyPart<P> {
  let part: ComponentType<P & Wanted> | null = null;
  let loading: Promise<ComponentType<P & Wanted>> | null = null;

  const start = (): Promise<ComponentType<P & Wanted>> => {
    loading ??= load().then(
      (loaded) => {
        part = loaded;
        return loaded;
      },
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };

  function Part(props: P): ReactElement | null {
    const [state, setState] = useState<Loaded<P & Wanted>>(() => ({ part, error: null }));
    const [attempt, setAttempt] = useState(0);
    const [wanted, setWanted] = useState(false);
    // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
    useEffect(() => {
      // What can be asked for waits for that: the first map needs the line.
      if (meanwhile && !wanted) return;
      let shown = true;
      start().then(
        (loaded) => shown && setState({ part: loaded, error: null }),
        (error: unknown) =>
          shown && setState({ part: null, error: error instanceof Error ? error.message : String(error) }),
      );
      return () => {
        shown = false;
      };
    }, [attempt, wanted]);
    const Now = state.part;
    if (Now) return <Now {...props} {...(wanted ? { wanted } : {})} />;
    if (state.error === null) return meanwhile ? meanwhile(props, () => setWanted(true)) : null;
    return (
      <p className="part-failed" role="alert">
        This part of the page could not be loaded ({state.error}).{' '}
        <button type="button" className="button" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
      </p>
    );
  }

  return Object.assign(Part, {
    preload: () =>
      start().then(
        () => undefined,
        () => undefined,
      ),
  });
}
