namespace MatterStack.Engine.Campaigns;

/// <summary>Random number generator for a campaign's state. It is stored with the state, so that a repeated iteration draws the same
/// numbers.</summary>
/// <remarks>SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// doi:10.1145/2660193.2660195. Not for secrets.</remarks>
public sealed class SeededRandom
{
    /// <summary>Current state of the generator, which is stored. Set it once, to a seed.</summary>
    public ulong State { get; set; }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        State += 0x9E3779B97F4A7C15;
        var z = State;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A uniformly distributed number from 0, inclusive, to 1, exclusive.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniformly distributed number from <paramref name="least"/>, inclusive, to <paramref name="below"/>, exclusive.</summary>
    public double NextDouble(double least, double below) => least + (below - least) * NextDouble();

    /// <summary>A whole number from 0, inclusive, to <paramref name="below"/>, exclusive.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="below"/> is not above 0.</exception>
    public int Next(int below)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(below);
        return (int)Math.BigMul(NextBits(), (ulong)below, out _);
    }

    /// <summary>A normally distributed number with mean 0 and standard deviation 1 (Box and Muller's transform).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
}
