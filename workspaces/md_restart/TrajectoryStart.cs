using Common;

namespace MdRestart;

/// <summary>Where a trajectory begins and how it goes on: two trajectories with the same values are the same to the last bit.</summary>
/// <param name="Element">Chemical symbol.</param>
/// <param name="Cells">Cubic cells along each edge of the periodic box; each has four atoms.</param>
/// <param name="Temperature">Temperature that the crystal shall have in equilibrium, K.</param>
/// <param name="TimeStep">Length of a step, fs.</param>
/// <param name="Seed">Seed of the velocities.</param>
internal sealed record TrajectoryStart(string Element, int Cells, double Temperature, double TimeStep, int Seed)
{
    public int Atoms => 4 * Cells * Cells * Cells;

    /// <summary>Crystal at its lattice constant at rest, with the velocities of this start.</summary>
    public Dynamics Begin()
    {
        var dynamics = BeginAtRest();
        dynamics.SetVelocities(Velocities(dynamics.Mass));
        return dynamics;
    }

    /// <summary>The same crystal with the places and velocities of a checkpoint.</summary>
    public Dynamics Continue(Checkpoint checkpoint)
    {
        var dynamics = BeginAtRest();
        dynamics.SetState(checkpoint.Step, checkpoint.Positions, checkpoint.Velocities, checkpoint.KineticSinceRow);
        return dynamics;
    }

    private Dynamics BeginAtRest()
    {
        var metal = ParameterFile.OfProgram()[Element];
        if (!Units.Weights.TryGetValue(Element, out var weight))
            throw UserError.Invalid($"the mass of {Element} is not known");

        var places = Places(metal.A0);
        var edge = Cells * metal.A0;
        var model = AtomicModel.Build(
            [.. Enumerable.Repeat(metal, places.Count)],
            places,
            [new Vector(edge, 0, 0), new Vector(0, edge, 0), new Vector(0, 0, edge)],
            metal.A0
        );
        return new Dynamics(model, weight * Units.AtomicMass, TimeStep);
    }

    private List<Vector> Places(double a)
    {
        Vector[] basis = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        var places = new List<Vector>();
        for (var x = 0; x < Cells; x++)
        {
            for (var y = 0; y < Cells; y++)
            {
                for (var z = 0; z < Cells; z++)
                {
                    foreach (var atom in basis)
                        places.Add(a * (new Vector(x, y, z) + atom));
                }
            }
        }

        return places;
    }

    /// <summary>
    /// Velocities of Maxwell and Boltzmann, Å/fs, without a motion of the whole crystal. They have twice the temperature, because a
    /// crystal of springs that starts from its lattice gives half of its kinetic energy to them.
    /// </summary>
    private double[] Velocities(double mass)
    {
        var random = new SeededRandom((ulong)Seed);
        var velocities = new double[3 * Atoms];
        for (var i = 0; i < velocities.Length; i++)
            velocities[i] = random.Normal();
        for (var axis = 0; axis < 3; axis++)
        {
            double sum = 0;
            for (var i = axis; i < velocities.Length; i += 3)
                sum += velocities[i];
            for (var i = axis; i < velocities.Length; i += 3)
                velocities[i] -= sum / Atoms;
        }

        double squares = 0;
        foreach (var velocity in velocities)
            squares += velocity * velocity;
        var kinetic = 3.0 / 2 * (Atoms - 1) * Units.Boltzmann * 2 * Temperature;
        var factor = Math.Sqrt(2 * kinetic / (mass * squares));
        for (var i = 0; i < velocities.Length; i++)
            velocities[i] *= factor;
        return velocities;
    }
}
