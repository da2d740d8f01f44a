using MatterStack.Engine.Operators.Experiment;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.ManualHpc;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators;

/// <summary>The kinds of operators that a workspace has: the built-in ones and those that its campaign brings along.</summary>
internal sealed class OperatorCatalog
{
    private readonly Dictionary<string, OperatorProvider> _byKind;

    private OperatorCatalog(IReadOnlyList<OperatorProvider> providers, WiringSchema schema) =>
        (_byKind, Schema) = (providers.ToDictionary(p => p.Kind.Name, StringComparer.Ordinal), schema);

    public static OperatorCatalog BuiltIn { get; } = new(
        [
            new LocalProvider("local"),
            new HpcProvider(),
            new HumanProvider(),
            new ExperimentProvider(),
            new ManualHpcProvider(),
        ],
        WiringSchema.BuiltIn);

    /// <summary>What <c>operators.yaml</c> may say.</summary>
    public WiringSchema Schema { get; }

    public OperatorProvider? For(string kind) => _byKind.GetValueOrDefault(kind);

    /// <summary>The same with more kinds.</summary>
    public OperatorCatalog With(IReadOnlyList<OperatorProvider> more) =>
        more.Count == 0 ? this : new([.. _byKind.Values, .. more], Schema.With([.. more.Select(p => p.Kind)]));
}
