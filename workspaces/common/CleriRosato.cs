namespace Common;

/// <summary>
/// Second-moment tight-binding potential of one fcc metal: F. Cleri and V. Rosato, Phys. Rev. B 48, 22 (1993).
/// E_i = sum_j A exp(-p (r_ij/r0 - 1)) - sqrt( sum_j xi² exp(-2q (r_ij/r0 - 1)) ), r0 = a0/√2; every sum runs over all
/// neighbours j of atom i in five shells.
/// </summary>
/// <param name="Element">Chemical symbol.</param>
/// <param name="A">Strength of the repulsion, eV.</param>
/// <param name="Xi">Effective hopping integral, eV.</param>
/// <param name="P">Decay of the repulsion, dimensionless.</param>
/// <param name="Q">Decay of the hopping integral, dimensionless.</param>
/// <param name="A0">Published lattice constant, ångström; it also scales the distances.</param>
/// <param name="CohesiveEnergy">Published cohesive energy, eV per atom, positive.</param>
internal sealed record CleriRosato(string Element, double A, double Xi, double P, double Q, double A0, double CohesiveEnergy)
{
    /// <summary>Neighbour shells that the parameters were fitted with.</summary>
    public const int Shells = 5;

    /// <summary>Energy per atom of the fcc crystal, eV, relative to free atoms.</summary>
    /// <param name="a">Lattice constant, ångström.</param>
    public double EnergyPerAtom(double a)
    {
        var nearest = A0 / Math.Sqrt(2);
        double repulsion = 0,
            secondMoment = 0;
        foreach (var neighbour in FccLattice.Neighbours(Shells))
        {
            var stretch = a * neighbour.Length / nearest - 1;
            repulsion += A * Math.Exp(-P * stretch);
            secondMoment += Xi * Xi * Math.Exp(-2 * Q * stretch);
        }
        return repulsion - Math.Sqrt(secondMoment);
    }
}
