using System.Runtime.InteropServices;
using Common;

namespace MdRestart;

/// <summary><c>run</c>: a trajectory from its start, or from a checkpoint, to its last step.</summary>
internal static class RunVerb
{
    /// <summary>Exit code of a run that was asked to stop and has saved its state (EX_TEMPFAIL).</summary>
    public const int StoppedCode = 75;

    /// <summary>Steps from one row to the next.</summary>
    public const int SampleEvery = 100;

    public static int Run(Arguments arguments)
    {
        var stopping = false;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Volatile.Write(ref stopping, true);
        });

        var start = new TrajectoryStart(
            arguments.Text("--element"),
            Whole(arguments, "--cells", "4", 2, 20),
            arguments.Number("--temperature", least: 1, most: 1000),
            double.Parse(arguments.Text("--step-fs", "2"), System.Globalization.CultureInfo.InvariantCulture),
            Whole(arguments, "--seed", "1", 0, int.MaxValue)
        );
        var last = Whole(arguments, "--steps", "", 1, int.MaxValue);
        if (last % SampleEvery != 0)
            throw UserError.Usage($"--steps must be a multiple of {SampleEvery}");
        var saveEvery = Whole(arguments, "--save-every", "1000", 1, int.MaxValue);
        var fault = PlantedFault.Of(Optional(arguments, "--tear-at"), Optional(arguments, "--kill-at"));

        var samples = new List<Sample>();
        var dynamics = arguments.Text("--from", "") is { Length: > 0 } from ? Continue(start, last, from, samples) : start.Begin();
        if (samples.Count == 0)
            samples.Add(dynamics.TakeSample());

        while (dynamics.Step < last)
        {
            dynamics.Advance();
            var step = dynamics.Step;
            if (step % SampleEvery == 0)
                samples.Add(dynamics.TakeSample());
            fault.Strike(step, () => Checkpoint.Of(start, dynamics, samples));

            // A stop is obeyed after a step, not before: an attempt that has begun gets ahead, however late it was.
            var stop = Volatile.Read(ref stopping) && step < last;
            if (stop || step % saveEvery == 0)
                Checkpoint.Of(start, dynamics, samples).Write(Checkpoint.FileName);
            if (stop)
            {
                Console.WriteLine($"stopped at step {step} of {last}; the state is in {Checkpoint.FileName}");
                return StoppedCode;
            }
        }

        Trajectory.Write(samples);
        new RunResult(start, last, samples[^1].State).Write();
        Console.WriteLine($"{last} steps; total energy {samples[^1].Total:0.000000000} eV per atom, state {samples[^1].State:x16}");
        return 0;
    }

    private static Dynamics Continue(TrajectoryStart start, int last, string path, List<Sample> samples)
    {
        var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Start != start)
            throw UserError.Invalid($"{path} is of another trajectory: {checkpoint.Start}, not {start}");
        if (checkpoint.Step > last)
            throw UserError.Invalid($"{path} is of step {checkpoint.Step}, after the last one of this run");

        samples.AddRange(checkpoint.Samples);
        Console.WriteLine($"continues from step {checkpoint.Step} of {last}");
        return start.Continue(checkpoint);
    }

    private static int? Optional(Arguments arguments, string name) =>
        arguments.Text(name, "") is { Length: > 0 } ? Whole(arguments, name, "", 1, int.MaxValue) : null;

    private static int Whole(Arguments arguments, string name, string otherwise, int least, int most)
    {
        if (otherwise.Length > 0 && arguments.Text(name, "") is { Length: 0 })
            return int.Parse(otherwise, System.Globalization.CultureInfo.InvariantCulture);
        var number = arguments.Number(name, least, most);
        return number == Math.Floor(number) ? (int)number : throw UserError.Usage($"{name} must be a whole number");
    }
}
