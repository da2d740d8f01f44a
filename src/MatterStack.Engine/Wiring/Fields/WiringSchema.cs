namespace MatterStack.Engine.Wiring.Fields;

/// <summary>All allowed keys and values of <c>operators.yaml</c>. A new key is one line in a table, a new kind or backend one
/// entry.</summary>
internal sealed class WiringSchema(IReadOnlyList<OperatorKind> kinds, IReadOnlyList<BackendType> backends)
{
    private readonly Lazy<IReadOnlyList<OperatorKind>> _additionalKinds = new(() => []);

    /// <summary>Pattern of names of resources.</summary>
    public const string ResourceNamePattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]*$";

    /// <summary>The key that selects the type of a backend.</summary>
    public static readonly Field BackendTypeField = new("type", FieldType.Word, "Type of the backend.") { IsRequired = true };

    /// <summary>Keys of <c>defaults:</c>.</summary>
    public static readonly IReadOnlyList<Field> DefaultsFields =
    [
        new(
            "max_concurrent_global",
            FieldType.Integer,
            "Maximum number of live attempts of all operators of the run together. Default or null: no limit."
        )
        {
            Minimum = 1,
            AffectsResults = false,
            Unit = "attempts",
        },
        CreateResources("Named resources of the site and how many of each there are, e.g. vasp_licence: 4. Uses of a task names them."),
        new(
            "shared_limits",
            FieldType.Path,
            "Folder with which runs of one user share limits: resources, max_concurrent, max_concurrent_global, and cores, memory and GPUs "
                + "of this machine then hold over all runs that name it, e.g. ~/.matterstack/limits. It is created if it does not exist."
        )
        {
            AffectsResults = false,
        },
        HookFields.OfRun,
    ];

    /// <summary>Keys of every operator, in addition to <c>backend</c>.</summary>
    public static readonly IReadOnlyList<Field> OperatorFields =
    [
        new("kind", FieldType.Word, "The kind: the part of the key before the first dot. This key is optional."),
        new("max_concurrent", FieldType.Integer, "Maximum number of live attempts of this operator. Default or null: no limit of its own.")
        {
            Minimum = 1,
            AffectsResults = false,
            Unit = "attempts",
        },
        new("operator_name", FieldType.Text, "Name for people, shown in reports and requests.") { AffectsResults = false },
        CreateResources(
            "Named resources for the attempts of this operator alone. A name that 'defaults' has, too, means this operator's resource here."
        ),
        HookFields.OfOperator,
    ];

    /// <summary>The built-in kinds and their backends, without batch schedulers; see
    /// <see cref="WithAdditional(IReadOnlyList{BackendType})"/>.</summary>
    public static WiringSchema WithoutSchedulers { get; } =
        new(
            [
                new("local", "A process on this machine.", ["local", "profile"], CodeFields.All),
                new(
                    "hpc",
                    "A batch scheduler; without a backend, processes on this machine.",
                    ["local", "profile", "hpc_yaml"],
                    CodeFields.All
                ),
                new("human", "A person.", [], HumanFields.All),
                new("experiment", "An instrument.", [], ExperimentFields.All),
                new("manual_hpc", "A cluster whose jobs a person submits by hand.", [], CodeFields.All),
            ],
            [
                new("local", "Processes on this machine.", true, BackendFields.Local),
                new("profile", "A named backend under 'profiles:' (or in a legacy profiles file).", false, BackendFields.Profile),
                new("hpc_yaml", "A legacy HPC configuration file; it is converted when the run is wired.", false, BackendFields.HpcYaml),
            ]
        );

    private WiringSchema(WiringSchema known, Func<IReadOnlyList<OperatorKind>> more)
        : this(known.Kinds, known.Backends) => _additionalKinds = new(more);

    /// <summary>Whether operators of unknown kinds are skipped instead of reported as a problem.</summary>
    public bool SkipsUnknownKinds { get; private init; }

    public IReadOnlyList<OperatorKind> Kinds => [.. kinds, .. _additionalKinds.Value];

    public IReadOnlyList<BackendType> Backends { get; } = backends;

    // Kinds of the campaign's own operators are loaded only when a name is not a built-in kind.
    public OperatorKind? FindKind(string name) =>
        kinds.FirstOrDefault(kind => kind.Name == name) ?? _additionalKinds.Value.FirstOrDefault(kind => kind.Name == name);

    public BackendType? FindBackend(string name) => Backends.FirstOrDefault(backend => backend.Name == name);

    /// <summary>Returns a schema with additional batch schedulers: backends for operators of kind <c>hpc</c>.</summary>
    public WiringSchema WithAdditional(IReadOnlyList<BackendType> schedulers) =>
        new(
            [
                .. kinds.Select(kind =>
                    kind.Name == "hpc"
                        ? kind with
                        {
                            Backends = InsertBehind(kind.Backends, "local", schedulers.Select(static type => type.Name)),
                        }
                        : kind
                ),
            ],
            InsertBehind(Backends, FindBackend("local")!, schedulers)
        );

    /// <summary>Returns a schema with additional kinds for a campaign's own operators. They are loaded when a kind is unknown.</summary>
    public WiringSchema WithAdditional(Func<IReadOnlyList<OperatorKind>> more) => new(this, more);

    /// <summary>Returns a schema for checks of another run's wiring: only the program of that run's campaign knows the campaign's own
    /// kinds.</summary>
    public WiringSchema ForChecking() => new(Kinds, Backends) { SkipsUnknownKinds = true };

    /// <summary>Returns a schema with additional kinds.</summary>
    public WiringSchema WithAdditional(params IReadOnlyList<OperatorKind> more) => new([.. Kinds, .. more], Backends);

    private static Field CreateResources(string description) =>
        new("resources", FieldType.IntegerMap, description)
        {
            Minimum = 1,
            AffectsResults = false,
            Pattern = ResourceNamePattern,
            PatternDescription = "a name begins with a letter, a digit or '_', and '.' and '-' may follow",
            Unit = "attempts",
        };

    private static IReadOnlyList<T> InsertBehind<T>(IReadOnlyList<T> list, T first, IEnumerable<T> more) =>
        [.. list.TakeWhile(item => !Equals(item, first)), first, .. more, .. list.SkipWhile(item => !Equals(item, first)).Skip(1)];
}
