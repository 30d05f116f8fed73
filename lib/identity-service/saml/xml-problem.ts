/** The document cannot be read safely. `message` says why, as the end of a sentence: "it is not UTF-8 text". */
export class XmlProblem extends Error {}
