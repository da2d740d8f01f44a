namespace MatterStack.Engine.Wiring.Schema;

/// <summary>A kind of operator: the part of a key before the first dot.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Doc">Who does the work.</param>
/// <param name="Backends">Types of backend it may have; none for people and instruments.</param>
/// <param name="Fields">Keys of its own, besides the common ones.</param>
public sealed record OperatorKind(string Name, string Doc, IReadOnlyList<string> Backends, IReadOnlyList<Field> Fields);

/// <summary>A type of backend.</summary>
/// <param name="Name">The value of <c>type</c>.</param>
/// <param name="Doc">What it is.</param>
/// <param name="InProfiles">Whether a profile may be of this type; the others only refer to something.</param>
/// <param name="Fields">Its keys besides <c>type</c>.</param>
internal sealed record BackendType(string Name, string Doc, bool InProfiles, IReadOnlyList<Field> Fields);

/// <summary>Everything that <c>operators.yaml</c> may say. A new key is one line in a table; a new kind or backend one entry.</summary>
internal sealed class WiringSchema(IReadOnlyList<OperatorKind> kinds, IReadOnlyList<BackendType> backends)
{
    private readonly Lazy<IReadOnlyList<OperatorKind>> _more = new(() => []);

    /// <summary>The key that tells backends apart.</summary>
    public static readonly Field BackendTypeField = new("type", FieldType.Word, "Which backend.") { Required = true };

    /// <summary>Keys of <c>defaults:</c>.</summary>
    public static readonly IReadOnlyList<Field> Defaults =
    [
        new("max_concurrent_global", FieldType.Integer, "How many attempts may be live at once, all operators of the run together. Left out or null: no such limit.")
        {
            Minimum = 1, AffectsResults = false, Unit = "attempts",
        },
        HookFields.OfRun,
    ];

    /// <summary>Keys of every operator, besides <c>backend</c>.</summary>
    public static readonly IReadOnlyList<Field> Operator =
    [
        new("kind", FieldType.Word, "The kind; the same as the key's part before the first dot, which it may be left to."),
        new("max_concurrent", FieldType.Integer, "How many attempts of this operator may be live at once. Left out or null: no limit of its own.")
        {
            Minimum = 1, AffectsResults = false, Unit = "attempts",
        },
        new("operator_name", FieldType.Text, "A name for people: reports and requests show it.") { AffectsResults = false },
        HookFields.OfOperator,
    ];

    /// <summary>The kinds that come with MatterStack and their backends, without batch schedulers, which are handed in.</summary>
    public static WiringSchema WithoutSchedulers { get; } = new(
        [
            new("local", "A process on this machine.", ["local", "profile"], []),
            new("hpc", "A batch scheduler; without a backend, processes on this machine.", ["local", "profile", "hpc_yaml"], []),
            new("human", "A person.", [], HumanFields.All),
            new("experiment", "An instrument.", [], ExperimentFields.All),
            new("manual_hpc", "A cluster that a person serves by hand.", [], []),
        ],
        [
            new("local", "Processes on this machine.", true, BackendFields.Local),
            new("profile", "A backend described once under 'profiles:' (or in a legacy profiles file).", false, BackendFields.Profile),
            new("hpc_yaml", "A legacy HPC configuration file; it is converted when the run is wired.", false, BackendFields.HpcYaml),
        ]);

    private WiringSchema(WiringSchema known, Func<IReadOnlyList<OperatorKind>> more)
        : this(known.Kinds, known.Backends) => _more = new(more);

    /// <summary>Whether operators of kinds that are not among these are passed over instead of being a mistake.</summary>
    public bool PassesOverUnknownKinds { get; private init; }

    public IReadOnlyList<OperatorKind> Kinds => [.. kinds, .. _more.Value];

    public IReadOnlyList<BackendType> Backends { get; } = backends;

    // What a campaign brings along is looked for only when it is needed.
    public OperatorKind? Kind(string name) => kinds.FirstOrDefault(kind => kind.Name == name) ?? _more.Value.FirstOrDefault(kind => kind.Name == name);

    public BackendType? Backend(string name) => Backends.FirstOrDefault(backend => backend.Name == name);

    /// <summary>The same with batch schedulers: backends that operators of kind <c>hpc</c> may have.</summary>
    public WiringSchema With(IReadOnlyList<BackendType> schedulers) => new(
        [.. kinds.Select(kind => kind.Name == "hpc" ? kind with { Backends = Behind(kind.Backends, "local", schedulers.Select(static type => type.Name)) } : kind)],
        Behind(Backends, Backend("local")!, schedulers));

    /// <summary>The same with more kinds, for operators that a campaign brings along; asked for when a kind is not among these.</summary>
    public WiringSchema With(Func<IReadOnlyList<OperatorKind>> more) => new(this, more);

    /// <summary>The same for who checks what others wired: a kind that their campaign brought along is known to its program only.</summary>
    public WiringSchema ForChecking() => new(Kinds, Backends) { PassesOverUnknownKinds = true };

    /// <summary>The same with more kinds.</summary>
    public WiringSchema With(params IReadOnlyList<OperatorKind> more) => new([.. Kinds, .. more], Backends);

    private static IReadOnlyList<T> Behind<T>(IReadOnlyList<T> list, T first, IEnumerable<T> more) =>
        [.. list.TakeWhile(item => !Equals(item, first)), first, .. more, .. list.SkipWhile(item => !Equals(item, first)).Skip(1)];
}
