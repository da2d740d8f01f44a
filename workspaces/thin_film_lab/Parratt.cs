using System.Numerics;

namespace ThinFilmLab;

/// <summary>A layer of a stack.</summary>
/// <param name="Index">Its refraction.</param>
/// <param name="Thickness">Å; of no meaning for the last one, which has no end.</param>
/// <param name="Roughness">Root mean square roughness of its upper side, Å.</param>
internal readonly record struct Layer(Index Index, double Thickness, double Roughness);

/// <summary>
/// Reflectivity of a stack of layers in vacuum: the recursion of L. G. Parratt, Phys. Rev. 95, 359 (1954), with the roughness
/// factor of L. Névot and P. Croce, Rev. Phys. Appl. 15, 761 (1980).
/// </summary>
internal static class Parratt
{
    /// <param name="stack">From the surface downwards; the last layer is the substrate.</param>
    /// <param name="wavelength">Å.</param>
    /// <param name="angle">Between beam and surface, rad.</param>
    public static double Reflectivity(ReadOnlySpan<Layer> stack, double wavelength, double angle)
    {
        var wave = 2 * Math.PI / wavelength;
        var amplitude = Complex.Zero;
        var below = WaveNumber(stack[^1].Index, wave, angle);
        for (var i = stack.Length - 1; i >= 0; i--)
        {
            var above = i > 0 ? WaveNumber(stack[i - 1].Index, wave, angle) : new Complex(wave * Math.Sin(angle), 0);
            var fresnel = (above - below) / (above + below) * Complex.Exp(-2 * above * below * (stack[i].Roughness * stack[i].Roughness));

            // What comes back from below has crossed this layer twice.
            var returned =
                i < stack.Length - 1 ? amplitude * Complex.Exp(2 * Complex.ImaginaryOne * below * stack[i].Thickness) : Complex.Zero;
            amplitude = (fresnel + returned) / (1 + fresnel * returned);
            below = above;
        }
        return amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary;
    }

    /// <summary>Component along the normal, 1/Å.</summary>
    private static Complex WaveNumber(Index index, double wave, double angle)
    {
        var sine = Math.Sin(angle);
        return wave * Complex.Sqrt(new Complex(sine * sine - 2 * index.Delta, 2 * index.Beta));
    }
}
