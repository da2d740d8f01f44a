using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

/// <summary>A file that the campaign brought along: staged files and the campaign's program. Where it lies in the run, it lies in the bundle.</summary>
internal sealed record RunInput(InputRow Row)
{
    public static IEnumerable<RunInput> Of(RunReader reader) =>
        from input in reader.Inputs()
        where input.Kind != "operators_config"
        select new RunInput(Checked(input, reader));

    // It becomes a file's path.
    private static InputRow Checked(InputRow input, RunReader reader) =>
        Sha256.TryParse(input.Sha256, out _) && input.SnapshotRelpath is { } place && place.Split('/') is ["inputs" or "program", _, ..] segments && !segments.Any(static s => s is "" or "." or "..")
            ? input
            : throw StoreConnection.Unreadable(new FormatException($"the input '{input.Path}' lies in '{input.SnapshotRelpath}'"), reader.Run.Store);
}
