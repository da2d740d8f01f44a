namespace LennardJones;

/// <summary>A face-centred cubic crystal with the Lennard-Jones potential, 4ε((σ/r)¹² − (σ/r)⁶).</summary>
public static class Crystal
{
    // The sum includes neighbours up to this many distances; the rest is 0.02 % of the attraction.
    private const double Range = 30;

    /// <summary>Computes the energy of an atom in ε, as a sum over its neighbours.</summary>
    /// <param name="distance">Distance between nearest neighbours, in σ.</param>
    public static double Energy(double distance)
    {
        // Lattice points have integer coordinates with an even sum; neighbours are √2 apart.
        var last = (int)(Range * Math.Sqrt(2));
        double repulsion = 0,
            attraction = 0;
        for (var x = -last; x <= last; x++)
        {
            for (var y = -last; y <= last; y++)
            {
                for (var z = -last; z <= last; z++)
                {
                    var squared = (x * x + y * y + z * z) / 2.0;
                    if ((x + y + z) % 2 == 0 && squared > 0 && squared <= Range * Range)
                    {
                        var sixth = 1 / (squared * squared * squared);
                        attraction += sixth;
                        repulsion += sixth * sixth;
                    }
                }
            }
        }

        var scale = Math.Pow(distance, -6);
        return 2 * (repulsion * scale * scale - attraction * scale);
    }
}
