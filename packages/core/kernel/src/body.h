// Loops and reductions while they are read: which registers are rows of scratch, which are memory
// itself.
#pragma once
#include "decode.h"

namespace versant {

// Points of a block of a reduction, or a multiple.
constexpr int32_t reducedBlock = 256;

// Reads a Body. `integer[r]` says afterwards what register r of the words holds and `row[r]` which
// row: a target that was an input or uniform moves to a fresh row, so that those are filled once.
struct BodyReader {
  Decoder& d;
  Body& body;
  int32_t registers = 0;
  int32_t* row = nullptr;
  bool* integer = nullptr;
  bool* defined = nullptr;
  bool* filled = nullptr;  // inputs and uniforms

  void read();
  // The register that is read next, which holds an integer (1), a float (0) or either (-1).
  int32_t use(int32_t expectInteger);

 private:
  // The row of the register that is written next.
  int32_t define(bool isInteger, bool isFilled);
  void inputs();
  void uniforms();
  void code();
};

// What the walk of a load or store through a space of this shape amounts to.
void classify(Operand& operand, const int32_t* shape, int32_t rank);

// How inputs are walked, and how many points make a block. Blocks of a reduction start at multiples of
// `aligned`, if that is not 0.
void arrange(Decoder& d, Body& body, bool reduction, int64_t aligned = 0);

// Rows that are stored or reduced as they are have to be filled to the end.
void widen(Body& body, int32_t reg);

// Which outputs the code may write in place: nothing reads later what the output overwrites.
void placeOutputs(Decoder& d, Loop& loop);

}  // namespace versant
