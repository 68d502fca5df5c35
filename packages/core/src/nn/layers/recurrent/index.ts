export type { RecurrentCell, RecurrentCellOptions } from "./cell.js";
export { GRU, GRUCell } from "./gru.js";
export type {
  RecurrentInput,
  RecurrentLayer,
  RecurrentOptions,
  RecurrentOutput,
} from "./layer.js";
export { LSTM, LSTMCell, type LSTMState } from "./lstm.js";
export { RNN, RNNCell, type RNNCellOptions, type RNNOptions } from "./rnn.js";
