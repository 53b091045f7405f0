#pragma once

// Fused multiplications and additions on registers alone, in the widest vectors of the processor:
// `rounds` times 32 vectors. Returns the operations done, two for each number of each vector.
double peak_f32(long rounds);
double peak_f64(long rounds);
