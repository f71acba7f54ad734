// What the machine gives at this moment, to compare with: the roof that a figure stands under.

#ifndef CPEAK_H
#define CPEAK_H

/// Multiply-adds in float32 of one thread, in giga floating-point operations a second; 0 where this can't tell.
double peak_gigaflops(long rounds);

#endif
