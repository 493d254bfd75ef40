// The first import of every entry: an older runtime is refused with a sentence instead of a syntax error further down.
const REQUIRED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR) {
  console.error(
    `This runs on Node ${REQUIRED_MAJOR} or newer; this is ${process.version}. Start it with npm, which brings the right one.`,
  );
  process.exit(1);
}

export {};
