using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>
/// An input file of the campaign: a staged file or the campaign's program. It has the same relative path in the run and in the bundle.
/// </summary>
internal sealed record RunInput(InputRow Row)
{
    public static IEnumerable<RunInput> ReadInputs(RunReader reader) =>
        from input in reader.ReadInputs()
        where input.Kind.Value != RunInputKind.Wiring
        select new RunInput(RequireSafePath(input, reader));

    // The value becomes a file path.
    private static InputRow RequireSafePath(InputRow input, RunReader reader) =>
        input.SnapshotRelpath is { } place
        && place.Split('/') is ["inputs" or "program", _, ..] segments
        && !segments.Any(static s => s is "" or "." or "..")
            ? input
            : throw StoreConnection.CreateDamageException(
                new FormatException($"the input '{input.Path}' has the invalid path '{input.SnapshotRelpath}'"),
                reader.Run.StoreFile
            );
}
