/** Why a flow has the name it has, for those who ask. */
export { Explainer } from "./explainer.ts";
export { parseQuestion } from "./question.ts";
export { type Found, Inquiry, search } from "./search.ts";
