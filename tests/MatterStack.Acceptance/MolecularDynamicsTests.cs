using Common;
using MdRestart;

namespace MatterStack.Acceptance;

/// <summary>The program of <c>workspaces/md_restart</c>: its forces, its integrator and its checkpoints.</summary>
[TestClass]
public sealed class MolecularDynamicsTests
{
    private static readonly TrajectoryStart Start = new("Cu", Cells: 2, Temperature: 100, TimeStep: 2, Seed: 1);

    [TestMethod]
    [DataRow("Cu")]
    [DataRow("Ni")]
    [DataRow("Al")]
    public void The_gradient_is_the_derivative_of_the_energy(string element)
    {
        var dynamics = Advance(Start with { Element = element }, 50);
        var model = Model(element);
        var positions = dynamics.Positions.ToArray();
        const double h = 1e-4;
        foreach (var i in new[] { 0, 1, 2, 40, 95 })
        {
            var middle = positions[i];
            positions[i] = middle + h;
            var above = model.Energy(positions, default);
            positions[i] = middle - h;
            var below = model.Energy(positions, default);
            positions[i] = middle;

            // The error of the difference is of the order h².
            Assert.AreEqual((above - below) / (2 * h), dynamics.Gradient[i], 1e-6, $"coordinate {i}");
            Assert.IsGreaterThan(1e-3, Math.Abs(dynamics.Gradient[i]), "the atom has left its place");
        }
    }

    [TestMethod]
    public void The_lattice_at_rest_has_the_energy_of_the_lattice_sum_and_no_forces()
    {
        var metal = ParameterFile.OfProgram()["Cu"];
        var dynamics = Start.Begin();

        Assert.AreEqual(metal.EnergyPerAtom(metal.A0), dynamics.Potential / dynamics.Atoms, 1e-12);
        Assert.IsLessThan(1e-12, dynamics.Gradient.ToArray().Max(Math.Abs));
        Assert.AreEqual(
            3.0 / 2 * (dynamics.Atoms - 1) * Units.Boltzmann * 2 * Start.Temperature,
            dynamics.Kinetic,
            1e-12,
            "twice the temperature"
        );
    }

    [TestMethod]
    public void The_total_energy_stays_and_its_error_falls_with_the_square_of_the_time_step()
    {
        var coarse = LargestError(Start with { TimeStep = 4 }, 500);
        var fine = LargestError(Start with { TimeStep = 2 }, 1000);

        Assert.IsLessThan(1e-4, coarse);
        Assert.IsGreaterThan(3, coarse / fine);
        Assert.IsLessThan(5, coarse / fine);
    }

    [TestMethod]
    public void The_crystal_as_a_whole_stays_where_it_is()
    {
        var dynamics = Advance(Start, 500);
        for (var axis = 0; axis < 3; axis++)
        {
            double sum = 0;
            for (var i = axis; i < dynamics.Velocities.Length; i += 3)
            {
                sum += dynamics.Velocities[i];
            }

            Assert.AreEqual(0, sum, 1e-12);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(137)]
    [DataRow(200)]
    public void A_trajectory_that_continues_from_a_checkpoint_is_the_same_to_the_last_bit(int step)
    {
        var whole = Start.Begin();
        var rows = new List<Sample> { whole.TakeSample() };
        Go(whole, rows, 300);

        var first = Start.Begin();
        var before = new List<Sample> { first.TakeSample() };
        Go(first, before, step);
        var checkpoint = Checkpoint.Parse(Checkpoint.Of(Start, first, before).ToBytes())!;
        var second = checkpoint.Start.Continue(checkpoint);
        var after = checkpoint.Samples.ToList();
        Go(second, after, 300);

        Assert.AreSequenceEqual(rows, after);
        Assert.IsTrue(whole.Positions.SequenceEqual(second.Positions));
        Assert.IsTrue(whole.Velocities.SequenceEqual(second.Velocities));
    }

    [TestMethod]
    public void Another_seed_is_another_trajectory() =>
        Assert.AreNotEqual(Advance(Start, 1).TakeSample().State, Advance(Start with { Seed = 2 }, 1).TakeSample().State);

    [TestMethod]
    public void A_checkpoint_that_is_cut_anywhere_or_has_another_bit_is_refused()
    {
        var dynamics = Start.Begin();
        var bytes = Checkpoint.Of(Start, dynamics, [dynamics.TakeSample()]).ToBytes();
        Assert.IsNotNull(Checkpoint.Parse(bytes));

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsNull(Checkpoint.Parse(bytes.AsSpan(0, length)), $"{length} of {bytes.Length} bytes");
        }

        for (var at = 0; at < bytes.Length; at += 7)
        {
            bytes[at] ^= 1;
            Assert.IsNull(Checkpoint.Parse(bytes), $"byte {at}");
            bytes[at] ^= 1;
        }

        Assert.IsNull(Checkpoint.Parse([.. bytes, 0]), "one byte more");
    }

    [TestMethod]
    public void A_checkpoint_replaces_the_one_before_as_a_whole()
    {
        var folder = Directory.CreateTempSubdirectory("matterstack-checkpoint-");
        try
        {
            var path = Path.Combine(folder.FullName, Checkpoint.FileName);
            var dynamics = Start.Begin();
            Checkpoint.Of(Start, dynamics, []).Write(path);
            dynamics.Advance();
            Checkpoint.Of(Start, dynamics, []).Write(path);

            Assert.AreEqual(1, Checkpoint.Read(path).Step);
            Assert.HasCount(1, folder.GetFiles());
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
            Assert.Contains("no whole checkpoint", Assert.ThrowsExactly<UserError>(() => Checkpoint.Read(path)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void A_row_is_read_back_to_the_last_bit()
    {
        var row = Advance(Start, 10).TakeSample();

        Assert.AreEqual(row, Sample.Parse(row.ToString()));
        Assert.IsNull(Sample.Parse("10,-3.5"));
    }

    private static Dynamics Advance(TrajectoryStart start, int steps)
    {
        var dynamics = start.Begin();
        Go(dynamics, [], steps);
        return dynamics;
    }

    private static void Go(Dynamics dynamics, List<Sample> rows, int last)
    {
        while (dynamics.Step < last)
        {
            dynamics.Advance();
            if (dynamics.Step % RunVerb.SampleEvery == 0)
            {
                rows.Add(dynamics.TakeSample());
            }
        }
    }

    // Of the total energy against its mean, eV per atom, after the first hundred steps.
    private static double LargestError(TrajectoryStart start, int steps)
    {
        var dynamics = Advance(start, 100);
        var totals = new List<double>();
        while (dynamics.Step < steps)
        {
            dynamics.Advance();
            totals.Add((dynamics.Potential + dynamics.Kinetic) / dynamics.Atoms);
        }

        var mean = totals.Average();
        return totals.Max(total => Math.Abs(total - mean));
    }

    private static AtomicModel Model(string element)
    {
        var metal = ParameterFile.OfProgram()[element];
        var places = Start with { Element = element };
        var coordinates = places.Begin().Positions.ToArray();
        var edge = Start.Cells * metal.A0;
        return AtomicModel.Build(
            [.. Enumerable.Repeat(metal, places.Atoms)],
            [.. coordinates.Chunk(3).Select(c => new Vector(c[0], c[1], c[2]))],
            [new Vector(edge, 0, 0), new Vector(0, edge, 0), new Vector(0, 0, edge)],
            metal.A0
        );
    }
}
