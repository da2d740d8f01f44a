using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Common;

namespace MdRestart;

/// <summary>
/// Atoms in motion: velocity Verlet, W. C. Swope et al., J. Chem. Phys. 76, 637 (1982). Every sum runs in one order and in one thread,
/// and the forces follow from the places alone, so that places and velocities are all that a restart needs to go on with the same bits.
/// </summary>
internal sealed class Dynamics
{
    private readonly AtomicModel _model;
    private readonly double _timeStep;
    private readonly double[] _positions,
        _velocities,
        _gradient;
    private double _kineticSum;
    private int _kineticCount;

    /// <param name="model">The crystal.</param>
    /// <param name="mass">Mass of each atom, eV fs²/Å².</param>
    /// <param name="timeStep">Length of a step, fs.</param>
    public Dynamics(AtomicModel model, double mass, double timeStep)
    {
        (_model, Mass, _timeStep) = (model, mass, timeStep);
        _positions = model.Coordinates();
        _velocities = new double[_positions.Length];
        _gradient = new double[_positions.Length];
        Potential = _model.Energy(_positions, _gradient);
    }

    public int Atoms => _model.Atoms;

    /// <summary>Mass of each atom, eV fs²/Å².</summary>
    public double Mass { get; }

    public int Step { get; private set; }

    /// <summary>x, y, z of all atoms, Å. Atoms that leave the box are not put back into it.</summary>
    public ReadOnlySpan<double> Positions => _positions;

    /// <summary>Velocities, Å/fs.</summary>
    public ReadOnlySpan<double> Velocities => _velocities;

    /// <summary>Derivatives of the potential energy by <see cref="Positions"/>, eV/Å: the forces with the other sign.</summary>
    public ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>Potential energy of the box against free atoms, eV.</summary>
    public double Potential { get; private set; }

    /// <summary>Kinetic energy of the box, eV.</summary>
    public double Kinetic
    {
        get
        {
            double squares = 0;
            foreach (var velocity in _velocities)
                squares += velocity * velocity;
            return Mass / 2 * squares;
        }
    }

    /// <summary>Sum of the kinetic energies of all steps since the last row, eV, and their number.</summary>
    public (double Sum, int Count) KineticSinceRow => (_kineticSum, _kineticCount);

    public void SetVelocities(ReadOnlySpan<double> velocities) => velocities.CopyTo(_velocities);

    /// <summary>Goes on from a state that was saved.</summary>
    public void SetState(int step, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, (double Sum, int Count) kineticSinceRow)
    {
        Step = step;
        (_kineticSum, _kineticCount) = kineticSinceRow;
        positions.CopyTo(_positions);
        velocities.CopyTo(_velocities);
        Potential = _model.Energy(_positions, _gradient);
    }

    /// <summary>One step.</summary>
    public void Advance()
    {
        var half = _timeStep / (2 * Mass);
        for (var i = 0; i < _positions.Length; i++)
        {
            _velocities[i] -= half * _gradient[i];
            _positions[i] += _timeStep * _velocities[i];
        }
        Potential = _model.Energy(_positions, _gradient);
        for (var i = 0; i < _velocities.Length; i++)
            _velocities[i] -= half * _gradient[i];
        Step++;
        _kineticSum += Kinetic;
        _kineticCount++;
    }

    /// <summary>The row of this moment; the mean of the next row begins anew.</summary>
    public Sample TakeSample()
    {
        var mean = _kineticCount == 0 ? Kinetic : _kineticSum / _kineticCount;
        (_kineticSum, _kineticCount) = (0, 0);
        return new(Step, Potential / Atoms, Kinetic / Atoms, mean / Atoms, Digest());
    }

    // The first eight bytes of the SHA-256 of all places and velocities: two states with another bit anywhere have different ones.
    private ulong Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(_positions.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(_velocities.AsSpan()));
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset());
    }
}
