/** What boot.ts gives the code that it runs. */
declare global {
  /** URL of a file of the build, for a worker: vite writes the calls. */
  var nfscopeFile: (name: string) => string;
  /** The URLs that `nfscopeFile` gave. Absent in a page from a server. */
  var nfscopeFiles: ReadonlySet<string> | undefined;
}

export {};
