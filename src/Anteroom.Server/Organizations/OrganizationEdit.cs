using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations;

/// <summary>What somebody wants changed about an organization; null leaves a member as it is.</summary>
public sealed record OrganizationEdit
{
    public string? Name { get; init; }

    /// <summary>Operators only.</summary>
    public string? CompanyCode { get; init; }

    /// <summary>Operators only: whether its people may come in at all.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Operators only (<see cref="OrganizationSettings.SelfServiceActivation"/>).</summary>
    public bool? SelfServiceActivation { get; init; }

    public bool? OwnHost { get; init; }

    /// <summary>Operators only, of the platform: <see cref="OperatorSettings.Contact"/>; the empty text takes it away.</summary>
    public string? Contact { get; init; }

    /// <summary>Operators only, of the platform: <see cref="OperatorSettings.IntakeMode"/>.</summary>
    public string? IntakeMode { get; init; }

    /// <summary>Operators only, of the platform: <see cref="OperatorSettings.IntakeAccountRequired"/>.</summary>
    public bool? IntakeAccountRequired { get; init; }

    private bool IsOfOperators => Contact is not null || IntakeMode is not null || IntakeAccountRequired is not null;

    /// <returns>The organization as it would be, or why not.</returns>
    public Result<Organization, OrganizationRefusal> Apply(Organization current, bool isOperator)
    {
        if (!isOperator && (CompanyCode is not null || IsActive is not null || SelfServiceActivation is not null))
            return new OrganizationRefusal(
                ReasonCodes.Forbidden,
                "status, companyCode and selfServiceActivation are changed by operators."
            );
        if (!current.IsPlatform && IsOfOperators)
            return Invalid(null, "contact, intakeMode and intakeAccountRequired are the platform's.");
        if (Contact is { Length: > 0 } && OperatorSettings.ContactFault(Contact) is { } nobody)
            return Invalid("contact", nobody);
        if (IntakeMode is not null && !OperatorSettings.IntakeModes.Contains(IntakeMode))
            return Invalid("intakeMode", $"intakeMode is one of {string.Join(", ", OperatorSettings.IntakeModes)}.");
        if (current.IsPlatform && (CompanyCode is not null || IsActive is not null))
            return Invalid(null, "The platform has neither status nor company code.");
        if (Name is not null && OrganizationNames.Fault(Name) is { } unnamed)
            return Invalid("name", unnamed);
        if (CompanyCode is not null && CompanyCodes.Fault(CompanyCode) is { } unfit)
            return Invalid("companyCode", unfit);
        return current with
        {
            Name = Name?.Trim() ?? current.Name,
            CompanyCode = CompanyCode ?? current.CompanyCode,
            Status = IsActive switch
            {
                true => OrganizationStatus.Active,
                false => OrganizationStatus.Disabled,
                null => current.Status,
            },
            Settings = current.Settings with
            {
                SelfServiceActivation = SelfServiceActivation ?? current.Settings.SelfServiceActivation,
                OwnHost = OwnHost ?? current.Settings.OwnHost,
                Operator = ApplyTo(current.Settings.Operator),
            },
        };
    }

    private OperatorSettings ApplyTo(OperatorSettings current) =>
        current with
        {
            Contact =
                Contact is null ? current.Contact
                : Contact.Trim() is { Length: > 0 } contact ? contact
                : null,
            IntakeMode = IntakeMode ?? current.IntakeMode,
            IntakeAccountRequired = IntakeAccountRequired ?? current.IntakeAccountRequired,
        };

    private static OrganizationRefusal Invalid(string? member, string detail) =>
        new(ReasonCodes.ValidationFailed, detail) { Member = member };
}
