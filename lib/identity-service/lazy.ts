/** What is loaded when it is first asked for. Asking again costs nothing, which `import()` by itself does: it resolves anew. */
export function lazy<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () => {
    if (loaded) return loaded;
    const loading = load();
    loaded = loading;
    // Whoever comes next tries again.
    loading.catch(() => {
      loaded = undefined;
    });
    return loading;
  };
}
