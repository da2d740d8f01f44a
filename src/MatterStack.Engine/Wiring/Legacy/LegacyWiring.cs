using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>Writes the <c>operators.yaml</c> for a legacy argument: the four operators of the legacy program, <c>hpc.default</c> with the
/// given backend.</summary>
internal static class LegacyWiring
{
    public static byte[] Write(ExternalBackend backend) =>
        OperatorsFileWriter.Write(
            "Converted by MatterStack from a legacy configuration; metadata.json names the original.",
            Settings.Empty,
            [
                new OperatorEntry("local.default", "local", Settings.Empty, "local", Settings.Empty),
                new OperatorEntry("hpc.default", "hpc", Settings.Empty, backend.Type, backend.Settings),
                new OperatorEntry("human.default", "human", Settings.Empty, null, Settings.Empty),
                new OperatorEntry("experiment.default", "experiment", Settings.Empty, null, Settings.Empty),
            ]
        );
}
